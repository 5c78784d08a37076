//! Given names and surnames that are one name: short forms, and spellings in Latin letters.
//!
//! Compiled by us from common knowledge, November 2026. A line is a group; a name
//! may stand in several. A name's origin is never asked for: the table is only
//! ever used to say that two names can be the same.

use std::{collections::HashMap, sync::LazyLock};

/// Groups a name can stand in at most.
pub(crate) const MOST: usize = 6;

/// The groups of one name; 0 is none.
pub(crate) type Groups = [u16; MOST];

/// One group to a line, names folded.
const TABLE: &str = "\
aaron ron ronnie erin
abigail abby abbie gail
abraham abe bram ibrahim avraham
adam ad
adelaide addie ada
agnes aggie nessa
albert al bert bertie alberto beto
alexander alex alec lex sandy xander sasha sascha alexandre alexandros aleksandr aleksander aleksandar oleksandr alexandru alessandro alejandro ale jandro sanya shura alik iskander
alexandra alex sandra sandy lexi lexie sasha aleksandra oleksandra alessandra alejandra ale shura
alfred al alf alfie fred freddie alfredo
alice ali allie alicia
allan alan allen al
amanda mandy manda
amelia amy millie mia
anastasia stacy stacey nastya anya nastia
andrew andy drew andre andres andreas andrei andrey andriy andrzej anders andrea dres
angela angie angel
ann anne anna ana annie nan nancy hannah anya anja hanna
anthony tony anton antonio toni antonin antoine tonio
antonia toni tonia
arnold arnie
arthur art artie arturo
barbara barb barbie babs varvara basia
barnabas barney
bartholomew bart
beatrice bea trixie beatriz betty
benjamin ben benny benji benjie
bernard bernie barney bernardo
bradley brad
brian bryan bryant
calvin cal
cameron cam
carl karl carlos charles
carol carole caroline carolyn carrie
caroline carolina carrie lina
catherine katherine kathryn cathy kathy kate katie kat kit kitty katya katia katrina ekaterina yekaterina kateryna catalina katarina katarzyna kasia trina cathryn catarina
cecilia cece celia cissy
charles charlie chuck chas chaz charley carlos carlo karl
charlotte lottie charlie char
chester chet
christian chris christiano cristian kristian
christina chris christine chrissy tina kristin kristina cristina christy kirsten kris
christopher chris kit topher kris christophe cristobal christoph krzysztof
clarence clare
clifford cliff
concepcion concha conchita
constance connie
cynthia cindy
daniel dan danny daniil danylo dani
danielle dani daniela
david dave davey davi dawid davide
deborah deb debbie debra
dennis denny denis denys
diana di diane dianne
dmitry dmitri dmitriy dima mitya dimitri dmytro dimitrios dimitris
dolores lola loli
dominic dom nick domingo dominik
donald don donnie
dorothy dot dottie dolly dora
douglas doug
edmund ed eddie ned
edward ed eddie ted teddy ned eduardo edouard edvard lalo
edwin ed eddie
eleanor ellie nell nellie nora lenora elena
elena lena helen helena olena alena yelena ellen
elijah eli ilya elias ilia
elizabeth liz lizzie lizzy beth betsy betty bess eliza elisabeth libby lisa lise elsa elise isabel elisa elspeth liza yelizaveta elizaveta
emily em emma emilia
enrique quique henry kike
ernest ernie ernesto
esther essie hester ester
eugene gene evgeny yevgeny evgeniy evgeni yevhen zhenya eugenio
evelyn eve evie
ezekiel zeke
fernando nando fer
florence flo flora florencia
frances fran franny francie francesca francisca frankie paca
francis frank fran francisco paco pancho curro kiko francesco frankie franco francois franz cisco
frederick fred freddie freddy rick friedrich frederic federico fritz fede
gabriel gabe gabi gavriil
gabriela gabby gabi gabrielle gaby
gary garry gareth
genevieve gen genny eve
geoffrey jeffrey geoff jeff
george georgie jorge georg georges georgy georgios yuri yury yiorgos giorgio jerzy
gerald gerry jerry gerard gerardo
gertrude trudy gertie
giovanni gianni gio
gregory greg gregg grigory gregorio hryhoriy grzegorz grisha
guadalupe lupe lupita
guillermo memo guille william
gwendolyn gwen wendy
harold harry hal
harriet hattie harry
helen nell nellie lena helena ellen
henry hank harry hal henri heinrich enrique hendrik
herbert herb bert
hubert hugh bert
hugh hugo hughie
ignacio nacho ignatius ignazio iggy
irene irina ira iryna
isaac ike zak itzhak
isabel isabella bella izzy belle isabelle isa chabela
ivan vanya john ioan johann
jacob jake jakob jacobo jakub jack yakov yaakov
jacqueline jackie jacqui
james jim jimmy jamie jem jimmie jaime
jane janie jenny janet jan
jason jay
jean john
jennifer jen jenny jenn
jeremy jerry jem jeremiah
jerome jerry
jessica jess jessie
jesus chuy suso
joan joanie jo joanna joanne johanna
john jack johnny jon johnnie jonny juan johan johannes hans jan sean ian giovanni joao jean yahya
jonathan jon john jonny nathan
joseph joe joey jose josef giuseppe yusuf yousef youssef josip jozef iosif yosef beppe
jose pepe joseph chepe pepito
josephine jo josie
joshua josh
juan juanito juancho
judith judy jude judit
julia julie juliet yulia iuliia yuliya jules juliana
julian jules julio julius julien
justin jus
kenneth ken kenny
kevin kev
kimberly kim kimmy
konstantin kostya constantine costas konstantinos kostas
laura laurie lora lori
lawrence laurence larry lars laurie lorenzo laurent
leonard leo len lenny leonardo leonid leon
leslie les lesley
lev leo leon
lillian lily lil lilian
louis lou louie lewis luis luigi ludwig lucho
louise lou lulu luisa
lucas luke luca lukas lukasz luka
lucille lucy lucia lucie
magdalena magda lena maggie
manuel manny manolo emmanuel manu manolito
marcus mark marc marco markus marcos marek marko
margaret maggie meg peggy marge margie greta rita marguerite margarita daisy madge margo gretchen megan malgorzata gosia
maria mary marie masha mariya mia mariam maryam mari marya mimi molly polly miriam
martha marty mattie patty marta
martin marty martyn marcin
matthew matt matty mateo matthias mateusz matteo matvey mathieu matthieu
maurice mo moe mauricio maurizio
maximilian max maxim maksim maksym maxime
maxwell max
melanie mel
melissa mel missy lissa
michael mike mick mickey mikey miguel michel mikhail misha mykhailo michal mikael michele mitch miguelito
mildred millie
mohammad mohammed muhammad mohamed mohamad muhammed mehmet md mohd mo moe mahomet
moses moe moshe moises musa
nadezhda nadia nadya nadine
nancy nan
natalia natalie nat talia natasha natalya nataliya nathalie
nathan nate nat
nathaniel nate nat nathan
nicholas nick nicky nico nicolas nikolai nikolay mykola nikolas nikolaos kolya klaus miklos
nicole nikki nicky nicola
norman norm
oliver ollie olli olivier
olivia liv livvy
omar umar
oscar ozzie oskar
pamela pam
patricia pat patty tricia trish patsy
patrick pat paddy rick patricio
paul pablo pavel paulo pavlo pasha paolo pawel pol
paula polly paola
peter pete pedro petr pyotr petro pierre piotr petya pieter pietro
philip phil phillip pip felipe philippe filip
phyllis phyl
rachel rae raquel
ralph rafe
randall randy randolph
raphael rafael rafa rafe raf
raymond ray ramon raimundo
rebecca becky becca reba rebeca
reginald reg reggie
richard rich rick ricky dick richie ricardo rico riccardo
robert rob bob bobby robbie bert roberto robin beto
roberta bobbie robbie bobby
rodney rod
roderick rod rick rodrigo
roger rog rodger rogelio
roland rollie orlando rolando
ronald ron ronnie ronny
rosario charo
rose rosa rosie rosalie roza
rosemary rose rosie
rudolph rudy rolf rodolfo
russell russ
samantha sam sammy
samuel sam sammy samu
sarah sally sadie sara
sebastian seb bas bastian sebastien
sergey sergei sergio serhii serhiy serge seryozha sergiy
sidney sid sydney
simon sim simeon semyon
sofia sophie sophia sonya zofia sofiya sophy
solomon sol suleiman solly
stanley stan
stanislav stas slava stanislaw
stephanie steph stefanie stephany estefania
stephen steven steve stevie stefan esteban etienne stephan stepan
susan sue susie suzy susanna suzanne susana zuzana
svetlana sveta lana svitlana
sylvester sly
sylvia silvia
tatiana tanya tania tatyana tetiana
terence terry terrence
teresa terry tess theresa tere tessa therese
thaddeus tad thad
theodore ted teddy theo fyodor fedor fedir teodoro
thomas tom tommy tomas tomasz tommaso toma
timothy tim timmy timofey timoteo
tobias toby
valentina valya tina val
valentin val valya
valery valeriy val valera valerii
vanessa nessa
veronica ronnie vera roni nika
victor vic viktor vitya vittorio
victoria vicky vicki tori viktoria vika viktoriya
vincent vince vinny vicente vinnie vincenzo
virginia ginny ginger
vladimir vova volodya volodymyr vlad wlodzimierz
vladislav vlad slava vladyslav wladyslaw
vyacheslav slava viacheslav
walter walt wally gualterio
wesley wes
wilhelmina mina willa minnie
william bill billy will willy willie liam wilhelm guillaume guillermo wim vasyl wilson
winifred winnie freddie
xavier javier javi xavi
yaroslav slava jaroslav jaroslaw
zachary zach zack zak zachariah
ahmed ahmad achmed
ali aly
aisha ayesha aicha
fatima fatma fatimah
hassan hasan
hussein husayn hussain hossein huseyin
khalid khaled
mustafa moustafa mostafa
omar umar omer
yusuf youssef yousef josef
ram rama
krishna krish kris
lakshmi laxmi
bai pak park bak
cai tsai choy chua choi
chen chan chin tan chern
cheng zheng chang
choi choe choy
feng fung
guo kuo kwok
han hahn
he ho
hu woo wu ng
huang wong hwang ng
jiang chiang
jeong jung chung chong cheong
kim gim
lee li yi rhee lie ri
liang leung neo
lin lam lim
liu lau low lyu
luo lo law
lu lo loo
ma mah
noh roh no
oh o
shin sin
song soong
sun suen
wang wong ong
wu ng woo goh
xie tse hsieh cheah
xu hsu hui
yang yeung young
ye yip yeh
yoon yun
you yu yoo ryu
zhang chang cheung teo
zhao chao chiu
zheng cheng tay
zhou chou chow chew
zhu chu choo
nguyen nguyn
ivanov ivanoff
johnson jonson johansson
";

/// From a name to its groups.
static BY_NAME: LazyLock<HashMap<&'static str, Groups>> = LazyLock::new(|| {
    let mut names: HashMap<&str, Groups> = HashMap::new();
    for (group, line) in (1..).zip(TABLE.lines()) {
        for name in line.split(' ') {
            let groups = names.entry(name).or_default();
            if let Some(free) = groups.iter_mut().find(|slot| **slot == 0) {
                *free = group;
            }
        }
    }
    names
});

/// The groups a folded token stands in.
pub(crate) fn groups(token: &str) -> Groups {
    BY_NAME.get(token).copied().unwrap_or_default()
}

/// Whether two names stand in one group.
pub(crate) fn same(a: &Groups, b: &Groups) -> bool {
    a.iter()
        .take_while(|group| **group != 0)
        .any(|group| b.contains(group))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_folded_and_has_room_for_its_groups() {
        let mut count: HashMap<&str, usize> = HashMap::new();
        for line in TABLE.lines() {
            let names: Vec<_> = line.split(' ').collect();
            assert!(names.len() > 1, "{line}");
            for name in names {
                assert!(
                    name.bytes().all(|b| b.is_ascii_lowercase()),
                    "{line}: {name}"
                );
                *count.entry(name).or_default() += 1;
            }
        }
        let crowded: Vec<_> = count.iter().filter(|(_, n)| **n > MOST).collect();
        assert!(crowded.is_empty(), "{crowded:?}");
    }

    #[test]
    fn short_forms_are_their_names() {
        for (a, b) in [
            ("bill", "william"),
            ("liz", "elizabeth"),
            ("sasha", "alexander"),
            ("sasha", "alexandra"),
            ("pepe", "jose"),
            ("will", "bill"),
            ("li", "lee"),
        ] {
            assert!(same(&groups(a), &groups(b)), "{a} {b}");
        }
        assert!(!same(&groups("bill"), &groups("robert")));
        assert!(!same(&groups("unheard"), &groups("unknown")));
    }
}
